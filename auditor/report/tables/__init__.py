"""The week as tables, made once from the audit document: the CSV and the workbook only write them down."""
