// What the overlay shows: problems of the source and errors of the page, in one form.

export interface Place {
  /** A path of this server, or what else names a file. */
  path: string;
  line: number | null;
  column: number | null;
}

export interface Entry {
  /** What it is known by when it is shown again. */
  key: string;
  kind: string;
  place: Place;
  message: string;
  frame: string;
  stack: readonly StackLine[];
}

export interface StackLine {
  text: string;
  place: Place | null;
}

/** A place as editors write it. */
export function placeText({ path, line, column }: Place): string {
  return [path, line, column].filter((part) => part !== null).join(':');
}

export function entryText({ place, message, frame, stack }: Entry): string {
  const lines = stack.map(
    ({ text, place }) => `    at ${text}${place ? ` (${placeText(place)})` : ''}`,
  );
  return [`${placeText(place)}: ${message}`, frame, ...lines].filter((text) => text).join('\n');
}
