// What opens the server's doors to this page; a restarted server may have another.

export const access = { token: '' };
