package main

import (
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"portsmouth/internal/browsertest"
)

var markup = regexp.MustCompile(`(?s)<svg.*?</svg>|<[^>]*>`)

// plainly is what a page says, without markup and pictures, each blank once.
func plainly(body string) string {
	return strings.Join(strings.Fields(html.UnescapeString(markup.ReplaceAllString(body, " "))), " ")
}

func fetched(t *testing.T, url string) (int, string) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(body)
}

// TestDebriefOf1905 reads the debrief with which the demonstration ends: the known figures of 1905, and every what-if.
func TestDebriefOf1905(t *testing.T) {
	base := at1905(t, "1905-11-25")
	page := base + "/seat/komura/c/portsmouth-1905/debrief"
	begun := time.Now()
	status, body := fetched(t, page)
	t.Logf("the first debrief took %s", time.Since(begun))
	begun = time.Now()
	_, again := fetched(t, page)
	t.Logf("the second took %s", time.Since(begun))
	if status != http.StatusOK || len(again) == 0 {
		t.Fatalf("status %d", status)
	}
	says := plainly(body)
	for _, want := range []string{
		"1.54 points more for everyone, at once",
		"better for some and worse for none: 14",
		"Empire of Japan gives: 5 · Sakhalin (Saghalien): All returned to Russia, nothing paid (instead of: South of 50 degrees to Japan, north back to Russia) Russian Empire gives: 1 · Japan's position in Corea: Free hand",
		"To Japan as far as Harbin (instead of: To Japan from Port Arthur to Changchun",
		"The agreement 66.11 71.38 With the swap 67.65 73.20",
		"Of 125,971,200 packages", "330 points of the frontier",
		"10 Aug, 11:00 The first offer 73.39 76.88 0",
		"23 Aug What no agreement is worth to Russian Empire 73.39 71.38 0",
		"28 Aug, 06:35 What no agreement is worth to Empire of Japan 59.21 71.38 455,975",
		"29 Aug What no agreement is worth to Empire of Japan 66.11 71.38 3,675",
		"10 Aug, 11:00 99.46 1.00", "29 Aug, 11:10 The agreement 66.11 71.38",
	} {
		if !strings.Contains(says, want) {
			t.Errorf("the debrief does not say %q", want)
		}
	}
	for _, id := range []string{
		"tokyo_leak", "peterhof_leak", "no_ishii", "witte_free", "no_occupation", "redemption_small", "one_text", "open_sessions", "tsar_28_aug", "one_more_month",
	} {
		if !strings.Contains(body, `id="whatif-`+id+`"`) {
			t.Errorf("the debrief does not ask %s", id)
		}
	}
	if status, told := fetched(t, base+"/seat/press/c/portsmouth-1905/debrief"); status != http.StatusOK ||
		!strings.Contains(told, "those who sat at the table") || strings.Contains(told, "66.11") {
		t.Errorf("the press gets %d, or more than that it is not for it", status)
	}
	if _, early := fetched(t, at1905(t, "1905-10-30")+"/seat/witte/c/portsmouth-1905/debrief"); strings.Contains(early, "66.11") || !strings.Contains(early, "Who consents") {
		t.Error("before all have consented the page says what was wanted, or does not say who has consented")
	}
}

// TestDebriefPagesLookRight draws the debrief and the pages that weigh offers in a browser, as the others are.
func TestDebriefPagesLookRight(t *testing.T) {
	over, eve := at1905(t, "1905-11-25"), at1905(t, "1905-08-28")
	p := browsertest.New(t).Window(t)
	see(t, p, "debrief", over+"/seat/komura/c/portsmouth-1905/debrief")
	see(t, p, "debrief-waits", at1905(t, "1905-10-30")+"/seat/komura/c/portsmouth-1905/debrief")
	see(t, p, "debrief-agree", at1905(t, "1905-10-30")+"/seat/komura/c/portsmouth-1905/debrief/agree")
	see(t, p, "offer-worth", eve+"/seat/komura/c/portsmouth-1905/offer")
	see(t, p, "offers-worth", eve+"/seat/witte/c/portsmouth-1905/offers")
}

// TestComposeByWorth writes an offer without script: weighs it, takes what is the same to Japan, and reads it back.
func TestComposeByWorth(t *testing.T) {
	base := at1905(t, "1905-08-28")
	p := browsertest.New(t).Window(t)
	p.NoScript(true)
	p.Size(390, 844, true)
	p.Goto(base + "/seat/komura/c/portsmouth-1905/offer")
	p.WaitFor("text=77.59")
	p.Click(`#t-payment input[value="none"]`)
	p.Follow(`button[name="worth"]`)
	p.WaitFor("text=this is just as good")
	p.WaitFor("text=The same to us, better for them?")
}
