"""`python -m zhijia.web` is the `zhijia` command."""

from zhijia.web.command import main

main()
