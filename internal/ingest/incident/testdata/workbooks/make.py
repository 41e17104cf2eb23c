"""Writes the workbooks beside it: one table, as different programs write it.

    python3 -m venv v && v/bin/pip install openpyxl==3.1.5 xlsxwriter==3.3.1 pandas==3.1.1
    v/bin/python make.py            # LibreOffice's file needs soffice on the path

Excel and Google Sheets cannot be run here: excel.xlsx, strict.xlsx and google.xlsx
hold by hand the shapes that ECMA-376 describes and those programs write (shared
strings in runs with pronunciation, results of formulas as t="str", dates as styles,
ISO dates and other namespaces in the strict form, many empty cells with a style,
cells and rows that do not say where they stand).
"""
import collections, datetime as dt, os, shutil, subprocess, sys, tempfile, zipfile
import openpyxl, pandas, xlsxwriter

HEAD = ["Ref", "Headline", "Group", "Origin", "Victims", "First seen", "Last seen", "Published", "Count"]
D = dt.datetime
# A date is (value, format). A formula is ("=", text, result).
ROWS = [
    ["W-1", "Grid probe", "Alpha Heron", "Russia", "Norway", (D(2024, 3, 5), "yyyy-mm-dd"), (D(2024, 3, 9), "dd/mm/yyyy"), (D(2024, 5, 2, 14, 30), "yyyy-mm-dd hh:mm"), 3],
    ["W-2", ("=", 'C5&" in "&E5', "Beta Otter in Sweden"), "Beta Otter", "China", "Sweden", (D(2024, 3, 1), "mmm-yy"), None, (D(2024, 5, 3), "d mmm yyyy;@"), 12345678901234],
    ["W-3", "Port", "Béta", "China", "Russia", (D(2023, 1, 1), "yyyy"), None, None, 0.1 + 0.2],
    ["W-4", "Rail", "Alpha Heron", "Russia", "Finland", 45356, None, None, None],
    [217, "Mill", "Alpha Heron", "Russia", "Denmark", "05.03.2024", None, None, None],
]
NOTE = "ask Kari about this one"


def openpyxl_book(path):
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    book.active["A1"] = "Incidents of the north"
    sheet = book.create_sheet("Incidents")
    sheet["A1"] = "Incidents of the north"
    for j, h in enumerate(HEAD, 1):
        sheet.cell(3, j, h)
    for i, row in enumerate(ROWS, 4):
        for j, v in enumerate(row, 1):
            c = sheet.cell(i, j)
            if isinstance(v, tuple) and v[0] == "=":
                c.value = "=" + v[1]
            elif isinstance(v, tuple):
                c.value, c.number_format = v
            else:
                c.value = v
    sheet["L5"] = NOTE
    book.save(path)


def xlsxwriter_book(path, **options):
    book = xlsxwriter.Workbook(path, options)
    book.add_worksheet("Read me").write(0, 0, "Incidents of the north")
    sheet = book.add_worksheet("Incidents")
    sheet.write(0, 0, "Incidents of the north")
    sheet.write_row(2, 0, HEAD)
    for i, row in enumerate(ROWS, 3):
        for j, v in enumerate(row):
            if isinstance(v, tuple) and v[0] == "=":
                sheet.write_formula(i, j, "=" + v[1])
            elif isinstance(v, tuple):
                sheet.write_datetime(i, j, v[0], book.add_format({"num_format": v[1]}))
            elif v is not None:
                sheet.write(i, j, v)
        if i == 4:
            sheet.write(i, 11, NOTE)
    book.close()


def pandas_book(path):
    """One sheet, an index column in front, every date as a time stamp."""
    plain = [[v[0] if isinstance(v, tuple) and v[0] != "=" else v[2] if isinstance(v, tuple) else v for v in r] for r in ROWS]
    frame = pandas.DataFrame([r for r in plain if r[0] in ("W-1", 217)], columns=HEAD)
    frame["Last seen"] = pandas.to_datetime(frame["Last seen"])
    frame.to_excel(path, sheet_name="Incidents")


def tracker_book(path):
    """The columns of the CFR tracker, one date as text and one as a date."""
    frame = pandas.DataFrame(
        [["Probe", "3/7/2022", "Group X", "Text", None, "Ukrainian bodies", "Belarus", "Espionage", "Government", "https://a.example", None, None],
         ["Leak", D(2022, 3, 8), "Group X", "Text", None, "Norway", "Belarus", "Espionage", "Government", "https://a.example", None, None]],
        columns=["Title", "Date", "Affiliations", "Description", "Response", "Victims", "Sponsor", "Type", "Category", "Sources_1", "Sources_2", "Sources_3"])
    frame.to_excel(path, sheet_name="Tracker", index=False)


RIVALS = [("US ", "Russia", 2, 365), ("US", "China", 2, 710), ("China", "Taiwan", 710, 713), ("N Korea", "S Korea", 731, 732), ("US", "N Korea", 2, 731),
          ("Iran ", "Israel", 630, 666), ("India", "Pakistan", 750, 770), ("Iran", "Saudi Arabia", 630, 670), ("Ukraine", "Russia", 369, 365), ("UK", "Russia", 200, 365)]
DYADS = 429


def dyads():
    """The rows of DCID 2.0 as its publisher ships it: a row per incident and pair of rivals, the lower code first in
    the pair, the initiator as a number; states with blanks behind them; methods with a decimal; four rows whose initiator
    is none of the two and one that ends before it begins; one incident against several rivals has one number."""
    rows = []
    for i in range(DYADS):
        a, b, ca, cb = RIVALS[i % len(RIVALS)]
        begin = D(2000, 9, 1) + dt.timedelta(days=17 * i)
        end = begin + dt.timedelta(days=(i * 7) % 90)
        initiator = (ca, cb)[i // 3 % 2]
        if i in (100, 200, 300, 400):
            initiator = 713 if 713 not in (ca, cb) else 740
        if i == 250:
            end = begin - dt.timedelta(days=30)
        number = i + 1 if i % 20 != 9 else i  # as the row before
        name = f"Operation {number}" + ("" if i % 20 in (8, 9) else f", against {(b, a)[i // 3 % 2].strip()}")
        rows.append([number, int(f"{ca}{cb}"), a, b, name, begin, end, (1, 2, 3, 3.1, 4.1, 4.2, 4.3, 4.4)[i % 8], i % 3 + 1, initiator, i % 5 + 1,
                     i % 2, (i + 1) % 2, 0, i % 7 == 0 and 1 or 0, i % 8 + 1, i % 4 + 1, i % 17 + 1, 0, i % 50 == 0 and 1 or 0,
                     f"https://news.example/{i}" if i % 3 else None, f"https://cert.example/{i}" if i % 5 == 1 else None, None, None, None,
                     "Territory" if i % 2 else None, None, "Yes" if i % 9 == 0 else None, None])
    return rows


def dyads_book(path):
    columns = ["Cyberincidentnum", "Dyadpair", "StateA", "StateB", "Name", "interactionstartdate", "interactionenddate", "method", "targettype",
               "initiator", "cyber_objective", "information_operation", "objective_achievement", "Concession", "3rdpartyinitiator", "severity",
               "damage type", "Crit Inf", "Supply Ch", "Ransomware", "Sources1", "Sources2", "Sources3", "Sources4", "Sources5",
               "Political Objective", "Justice", "Cert", "FBI"]
    rows = dyads()
    with pandas.ExcelWriter(path) as w:
        pandas.DataFrame(rows, columns=columns).to_excel(w, sheet_name="DCID 2.0", index=False)
        years = [[a, b, year, i % 4] for i, (a, b, _, _) in enumerate(RIVALS) for year in range(2000, 2021)]
        pandas.DataFrame(years, columns=["StateA", "StateB", "year", "incidents"]).to_excel(w, sheet_name="Dyad years", index=False)
    who = collections.Counter()
    for r in rows:
        (a, b), (ca, cb) = (r[2].strip(), r[3]), [x[2:] for x in RIVALS if x[:2] == (r[2], r[3])][0]
        who[f"{a if r[9] == ca else b} > {b if r[9] == ca else a}" if r[9] in (ca, cb) else f"{r[9]} > ?"] += 1
    print(dict(sorted(who.items())))  # what a second reading of the rows finds


def libreoffice_book(path, source):
    with tempfile.TemporaryDirectory() as d:
        subprocess.run(["soffice", "--headless", "--convert-to", "xlsx", "--outdir", d, source], check=True, stdout=subprocess.DEVNULL)
        shutil.copy(os.path.join(d, os.path.basename(source)), path)


NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_REL = "http://purl.oclc.org/ooxml/officeDocument/relationships"
FORMATS = ["General", "yyyy-mm-dd", "dd/mm/yyyy", "yyyy-mm-dd hh:mm", "mmm-yy", "d mmm yyyy;@", "yyyy"]


def serial(d):
    return (d - D(1899, 12, 30)) / dt.timedelta(days=1)


def by_hand(path, cells, ns=NS, rel=REL, strings=None, absolute=False):
    """cells(j, i, value, style) gives the XML of one cell; row 1 is the title."""
    rows = [["Incidents of the north"], [], HEAD] + [list(r) for r in ROWS]
    rows[4] += [None] * 2 + [NOTE]
    body = ""
    for i, row in enumerate(rows, 1):
        body += cells(None, i, None, 0)
        for j, v in enumerate(row):
            style = FORMATS.index(v[1]) if isinstance(v, tuple) and v[0] != "=" else 0
            body += cells(j, i, v, style)
        body += "</row>"
    xfs = "".join(f'<xf numFmtId="{160 + n if n else 0}" fontId="0" applyNumberFormat="1"/>' for n in range(len(FORMATS)))
    fmts = "".join(f'<numFmt numFmtId="{160 + n}" formatCode="{f}"/>' for n, f in enumerate(FORMATS) if n)
    x = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    base = "/xl/" if absolute else ""
    parts = {
        "[Content_Types].xml": x + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": x + f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": x + f'<workbook xmlns="{ns}" xmlns:r="{rel}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x15"><workbookPr defaultThemeVersion="166925"/><sheets><sheet name="Chart" sheetId="3" r:id="rId3"/><sheet name="Incidents" sheetId="1" r:id="rId1"/></sheets><calcPr calcId="191029"/></workbook>',
        "xl/_rels/workbook.xml.rels": x + f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{rel}/worksheet" Target="{base}worksheets/Sheet1.xml"/><Relationship Id="rId2" Type="{rel}/styles" Target="{base}styles.xml"/><Relationship Id="rId3" Type="{rel}/chartsheet" Target="chartsheets/sheet1.xml"/><Relationship Id="rId4" Type="{rel}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": x + f'<styleSheet xmlns="{ns}"><numFmts count="6">{fmts}</numFmts><cellStyleXfs count="1"><xf numFmtId="22"/></cellStyleXfs><cellXfs count="7">{xfs}</cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": x + f'<worksheet xmlns="{ns}" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"><sheetPr/><cols><col min="1" max="9" width="9"/></cols><sheetData>{body}</sheetData><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>',
        "xl/chartsheets/sheet1.xml": x + f'<chartsheet xmlns="{ns}"/>',
    }
    if strings is not None:
        parts["xl/sharedStrings.xml"] = x + f'<sst xmlns="{ns}">' + "".join(strings) + "</sst>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in parts.items():
            z.writestr(zipfile.ZipInfo(name), text)


def ref(j, i):
    return chr(ord("A") + j) + str(i)


def excel_book(path):
    strings = []

    def cell(j, i, v, style):
        if j is None:
            return f'<row r="{i}" spans="1:12" x14ac:dyDescent="0.25">'
        if v is None:
            return ""
        if isinstance(v, tuple) and v[0] == "=":
            return f'<c r="{ref(j, i)}" t="str"><f>{v[1].replace("&", "&amp;")}</f><v>{v[2]}</v></c>'
        if isinstance(v, tuple):
            return f'<c r="{ref(j, i)}" s="{style}"><v>{serial(v[0])!r}</v></c>'
        if isinstance(v, str):
            half = len(v) // 2
            strings.append(f'<si><r><t xml:space="preserve">{v[:half]}</t></r><r><rPr><b/></rPr><t xml:space="preserve">{v[half:]}</t></r><rPh sb="0" eb="1"><t>not this</t></rPh></si>')
            return f'<c r="{ref(j, i)}" t="s"><v>{len(strings) - 1}</v></c>'
        return f'<c r="{ref(j, i)}"><v>{v!r}</v></c>'
    by_hand(path, cell, strings=strings)


def strict_book(path):
    def cell(j, i, v, style):
        if j is None:
            return f'<row r="{i}">'
        if v is None:
            return ""
        if isinstance(v, tuple) and v[0] == "=":
            return f'<c r="{ref(j, i)}" t="str"><f>{v[1].replace("&", "&amp;")}</f><v>{v[2]}</v></c>'
        if isinstance(v, tuple):
            return f'<c r="{ref(j, i)}" s="{style}" t="d"><v>{v[0].isoformat()}</v></c>'
        if isinstance(v, str):
            return f'<c r="{ref(j, i)}" t="inlineStr"><is><t>{v}</t></is></c>'
        return f'<c r="{ref(j, i)}" t="n"><v>{v!r}</v></c>'
    by_hand(path, cell, ns=STRICT, rel=STRICT_REL)


def google_book(path):
    strings = []

    def cell(j, i, v, style):
        if j is None:
            return '<row>'
        if v is None:
            return '<c s="0"/>'
        if isinstance(v, tuple) and v[0] == "=":
            return f'<c s="0" t="str"><f t="shared">{v[1].replace("&", "&amp;")}</f><v>{v[2]}</v></c>'
        if isinstance(v, tuple):
            return f'<c s="{style}"><v>{serial(v[0])!r}</v></c>'
        if isinstance(v, str):
            strings.append(f"<si><t>{v}</t></si>")
            return f'<c s="0" t="s"><v>{len(strings) - 1}</v></c>'
        return f'<c s="0"><v>{v!r}</v></c>'
    by_hand(path, cell, strings=strings, absolute=True)


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    openpyxl_book("openpyxl.xlsx")
    xlsxwriter_book("xlsxwriter.xlsx")
    xlsxwriter_book("constant-memory.xlsx", constant_memory=True)
    pandas_book("pandas.xlsx")
    tracker_book("tracker.xlsx")
    dyads_book("dyads.xlsx")
    excel_book("excel.xlsx")
    strict_book("strict.xlsx")
    google_book("google.xlsx")
    if shutil.which("soffice"):
        libreoffice_book("libreoffice.xlsx", "openpyxl.xlsx")
    else:
        print("soffice is missing: libreoffice.xlsx stays as it is", file=sys.stderr)
