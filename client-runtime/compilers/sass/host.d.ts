// Sass's types name it, for Node.
interface Buffer extends Uint8Array {}
