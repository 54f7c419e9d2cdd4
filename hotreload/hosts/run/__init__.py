"""Before a server of any kind, which stays as it is: what it answers is passed on, and made hot."""
