// What is known of the project's files. Nothing here can read one: what is not known is asked for.

/** By URL path; null for what is not there. */
export interface Known {
  /** The names of a folder's files. */
  readonly folders: Readonly<Record<string, readonly string[] | null>>;
  readonly files: Readonly<Record<string, string | null>>;
}

/** URL paths of folders and files. */
export interface Places {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** Thrown to leave off: the answer has to wait for what `Library.wanted` names. */
export class NotYetKnown extends Error {}

export class Library {
  readonly #folders = new Map<string, ReadonlySet<string> | null>();
  readonly #files = new Map<string, string | null>();
  readonly #used = { folders: new Set<string>(), files: new Set<string>() };
  #wanted = { folders: new Set<string>(), files: new Set<string>() };

  learn({ folders, files }: Known): void {
    for (const [path, names] of Object.entries(folders)) {
      this.#folders.set(path, names && new Set(names));
    }
    for (const [path, text] of Object.entries(files)) this.#files.set(path, text);
    this.#wanted = { folders: new Set(), files: new Set() };
  }

  /** Whether a folder has a file of this name. */
  has(folder: string, name: string): boolean {
    const names = this.#folders.get(folder);
    this.#used.folders.add(folder);
    if (names === undefined) {
      this.#wanted.folders.add(folder);
      throw new NotYetKnown();
    }
    return names?.has(name) ?? false;
  }

  read(path: string): string | null {
    const text = this.#files.get(path);
    this.#used.files.add(path);
    if (text === undefined) {
      this.#wanted.files.add(path);
      throw new NotYetKnown();
    }
    return text;
  }

  get wanted(): Places | undefined {
    const { folders, files } = this.#wanted;
    return folders.size + files.size > 0 ? listed(this.#wanted) : undefined;
  }

  /** All that was looked at. */
  get used(): Places {
    return listed(this.#used);
  }
}

function listed(places: { folders: Set<string>; files: Set<string> }): Places {
  return { folders: [...places.folders], files: [...places.files] };
}
