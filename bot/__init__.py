"""Masthead: who stands behind this account, and does anybody listen to it?"""
