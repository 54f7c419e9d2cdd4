export function text(seconds) {
  return `You have been here for ${seconds} s.`;
}
