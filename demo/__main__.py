"""`python -m demo`: the same as `python -m demo.run`. Must not know more than that."""

import sys

from demo.run import main

sys.exit(main())
