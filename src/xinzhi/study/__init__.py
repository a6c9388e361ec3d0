"""A declarative study: schema, planner, runner, provenance."""
