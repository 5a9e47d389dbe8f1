package picture

import "strconv"

// Style is what a page's style sheet needs so that embedded pictures look as they should. It names no colour of its own.
const Style = `.picture { color: var(--ink); font-family: var(--sans, system-ui, sans-serif); font-size: 15px; display: block; width: 100%; height: auto; }
.picture text { fill: currentColor; stroke: none; }
.picture .p-title { font-size: 18px; font-weight: 650; }
.picture .p-soft { color: var(--soft); }
.picture .p-small { font-size: 13.5px; }
.picture .p-strong { font-weight: 650; }
.picture .p-grid { stroke: var(--line); stroke-width: 1; fill: none; }
.picture .p-axis { stroke: var(--line-strong); stroke-width: 1.25; fill: none; }
.picture .p-reach { fill: var(--sunk); stroke: none; }
.picture .p-zone { fill: var(--accent-wash); stroke: none; }
.picture .p-stair { stroke: var(--line-strong); stroke-width: 1; fill: none; }
.picture .p-dots { stroke: var(--ink); stroke-linecap: round; fill: none; }
.picture .p-floor { stroke: var(--party, var(--soft)); stroke-width: 2; stroke-dasharray: 7 4; fill: none; }
.picture .p-path { stroke: var(--party, var(--soft)); stroke-width: 2.25; fill: none; stroke-linejoin: round; }
.picture .p-thin { stroke: var(--line-strong); stroke-width: .8; stroke-opacity: .55; fill: none; }
.picture .p-mark { fill: var(--party, var(--soft)); stroke: var(--sheet); stroke-width: 1; }
.picture .p-party { color: var(--party, var(--soft)); }
.picture .p-fill { fill: var(--party, var(--accent)); stroke: none; }
.picture .p-lead { stroke: var(--soft); stroke-width: 1; fill: none; }
.picture .p-ring { stroke: var(--accent); stroke-width: 2.5; fill: var(--sheet); }
.picture .p-line { stroke: var(--accent); stroke-width: 2; fill: none; }
.picture .p-badge { fill: var(--accent); stroke: var(--sheet); stroke-width: 1.5; }
.picture text.p-on-badge { fill: var(--on-accent); font-weight: 700; font-size: 13px; }
.picture .p-other .p-ring { stroke: var(--ink); }
.picture .p-other .p-line { stroke: var(--ink); stroke-dasharray: 2 3; }
.picture .p-other .p-badge { fill: var(--sheet); stroke: var(--ink); }
.picture .p-other text.p-on-badge { fill: var(--ink); }
`

// themes are the colours of the venue's screens, for pictures that stand alone.
const (
	light = `--ink:#1d1b16;--soft:#5c5547;--line:#e0d7c5;--line-strong:#8d8370;--sheet:#fffdf8;--sunk:#f3ecdd;--accent:#1f5b45;--accent-wash:#d7e9dc;--on-accent:#fff;` +
		`--c1:#0a5f9e;--c2:#ad4208;--c3:#87357a;--c4:#006b57;--c5:#785b00;--c6:#4a47a8;--c7:#98304c;--c8:#3c606f`
	dark = `--ink:#ece6d8;--soft:#b0a998;--line:#31393c;--line-strong:#77807f;--sheet:#1c2225;--sunk:#252c2f;--accent:#86cba9;--accent-wash:#23423a;--on-accent:#0d1a14;` +
		`--c1:#74b8ef;--c2:#f3a06c;--c3:#dba0d0;--c4:#66ccae;--c5:#dcbd52;--c6:#b0aef5;--c7:#f19bb0;--c8:#a3c1cf`
)

// standaloneStyle is the style sheet within a file of its own.
func standaloneStyle() string {
	s := ":root{color-scheme:light dark;" + light + "}\n@media(prefers-color-scheme:dark){:root{" + dark + "}}\n" + Style + "svg.picture { background: var(--sheet); }\n"
	for n := 1; n <= parties; n++ {
		s += ".party-" + strconv.Itoa(n) + "{--party:var(--c" + strconv.Itoa(n) + ")}"
	}
	return s
}

// parties is how many have a colour and a mark of their own.
const parties = 8

// partyClass is the class that gives what stands within it the colour of party n, counted from 1; "" for none.
func partyClass(n int) string {
	if n < 1 {
		return ""
	}
	return "party-" + strconv.Itoa((n-1)%parties+1)
}
