"""`python -m audit` is the console script `audit`."""

from audit.commands.main import main

if __name__ == "__main__":
    main()
