"""This package puts right what rendering leaves in a part."""
