"""What was found as tables, sentences, pictures and a workbook; the template of the page."""
