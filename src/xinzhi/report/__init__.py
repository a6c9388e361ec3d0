"""Reports: HTML, Word, Excel and figures from a finished study."""
