"""How much a region can improve, and whom it can learn from."""
