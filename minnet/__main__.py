"""python -m minnet"""
import sys

from .cli import main

sys.exit(main())
