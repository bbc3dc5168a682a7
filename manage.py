#!/usr/bin/env python
from crmquality.cli import main

main()
