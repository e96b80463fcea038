"""Files for people: tables, workbooks, printable pages, PDF, and contract drafts."""
