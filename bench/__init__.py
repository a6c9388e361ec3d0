"""How fast the kernels are, as ratios to what people use today: `python -m bench`, or `python -m bench index_audit`.

Each module here that has a function `rows()` is a bench; it yields `Row`s made by `compare`, which times ours and the
other in turn, in pairs, within one run, and reports the median of the ratios. A machine that other work shares slows
both alike; the ratio is what counts. A peer that is installed apart runs in an environment of its own (`bench.peers`).
"""
