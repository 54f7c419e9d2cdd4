// What modules' callbacks throw is caught, so that it stops nobody; who shows errors hears of it.

type Listener = (error: unknown) => void;

let listener: Listener = () => {};

export function onThrown(hear: Listener): void {
  listener = hear;
}

export function thrown(error: unknown): void {
  listener(error);
}
