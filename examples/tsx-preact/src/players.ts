export interface Player {
  name: string;
}

export function initial({ name }: Player): string {
  return `${name.charAt(0)}.`;
}
