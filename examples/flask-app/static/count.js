export const counted = (text) => `${text.length} characters`;
