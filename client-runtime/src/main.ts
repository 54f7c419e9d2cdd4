export function module(): void {}
