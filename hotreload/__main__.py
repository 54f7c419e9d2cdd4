"""``python -m hotreload``, and the command of that name."""

import gc


def main() -> None:
    """Run the command; ends the process."""
    # What is imported stays: looking through it for garbage, again and again, would only take time.
    gc.disable()
    from hotreload.cli import main as run

    run()


if __name__ == "__main__":
    main()
