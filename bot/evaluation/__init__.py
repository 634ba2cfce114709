"""Small labelled worlds, checked by the real service: how often is a check right, and where does it err?"""
