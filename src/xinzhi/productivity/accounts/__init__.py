"""Accounts: capital by perpetual inventory, sources of growth, decomposition of a change."""
