"""The documentation site: guides in Chinese and English, reference from the docstrings. Builds offline."""

import sys
from pathlib import Path

from xinzhi import __version__

sys.path.insert(0, str(Path(__file__).parent))

project = "新质 Xinzhi"
author = "The Xinzhi authors"
copyright = "2026, The Xinzhi authors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode", "docstrings", "reference"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": True, "exclude-members": "__init__"}
autodoc_class_signature = "separated"

html_theme = "furo"
html_title = "新质 Xinzhi"
html_static_path = ["_static"]
html_css_files = ["xinzhi.css"]
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#12365f", "color-brand-content": "#0b5ea8"},
    "dark_css_variables": {"color-brand-primary": "#9fc3e8", "color-brand-content": "#9fc3e8"},
}
