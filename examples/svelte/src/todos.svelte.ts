export interface Todo {
  id: number;
  text: string;
  done: boolean;
}

let next = 0;

// In a module of its own, so that it stays when components are edited.
export const todos: Todo[] = $state([]);

export function add(text: string): void {
  todos.push({ id: next++, text, done: false });
}

add('Edit a style');
add('Edit a component');
