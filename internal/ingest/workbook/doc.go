// Package workbook reads the cells of an Office Open XML workbook (XLSX,
// ECMA-376, SpreadsheetML), a row at a time.
//
// It reads what Excel, LibreOffice, openpyxl, XlsxWriter and Google Sheets
// write: shared and inline strings, the stored results of formulas, dates as
// numbers under a date format, cells and rows without coordinates, the strict
// and the transitional form. A value is what the file holds; of its format only
// that is kept which says how much of a date is shown. A sheet is never held as
// a whole.
//
// It is not for computing formulas, and not for the older XLS or the
// OpenDocument form.
package workbook
