"""Writers of `xinzhi.base.table.Table`, one file a format: csv, excel, word, latex, html, text.

No text ever becomes markup, a formula or a terminal command, whatever it says; `cells` holds what the writers share.
"""
