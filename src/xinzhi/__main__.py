"""`python -m xinzhi`."""

import sys

from xinzhi.cli import main

sys.exit(main())
