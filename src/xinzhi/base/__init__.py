"""What every room stands on: texts in two languages, errors, recipes, tables, results and safe files."""
