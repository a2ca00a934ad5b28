"""`python -m leitstand` is the command `leitstand`."""

from leitstand.cli import main

if __name__ == "__main__":
    main()
