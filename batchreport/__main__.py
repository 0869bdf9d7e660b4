"""This module makes `python -m batchreport` the same as `batchreport`."""

from batchreport.cli import main

if __name__ == "__main__":  # a worker process imports this module anew
    main()
