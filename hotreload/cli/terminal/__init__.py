"""What the command says and hears in a terminal."""
