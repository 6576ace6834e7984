"""`python -m apps.cli` is `mmmem`."""

from apps.cli.program import main

main()
