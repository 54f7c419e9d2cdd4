export interface Todo {
  id: number;
  text: string;
  done: boolean;
}

let next = 0;

export const todo = (text: string): Todo => ({ id: next++, text, done: false });
