package web

import (
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
)

// TestAnswerLostOnTheWay: a seat is taken, but the answer never reaches the browser. The same browser sends the form
// again and sits in its seat; another browser with the same link does not.
func TestAnswerLostOnTheWay(t *testing.T) {
	h := newHouse(t, nil)
	ada := h.convener(t, "Ada")
	link := ada.post("/convene", harbour()...).want(t, 200).links(ada)[0]
	guest := h.browser(t)
	guest.get(link).want(t, 200)
	// What the browser knew before it sent the form: the answer's cookie is thrown away.
	before := guest.http.Jar
	lost, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	at, err := http.NewRequest(http.MethodGet, h.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	lost.SetCookies(at.URL, before.Cookies(at.URL))
	guest.http.Jar = lost
	guest.post(link+"/accept", "name", "Ada", "key", "k").want(t, 200)

	guest.http.Jar = before
	guest.post(link+"/accept", "name", "Ada", "key", "k").want(t, 200)
	h.browser(t).post(link+"/accept", "name", "Eve", "key", "k2").want(t, 410)
}

// TestTwoWhoShareABrowser: whoever signed out is out, also for the next one in the same browser, whose own link leads to
// their own seat; and a spent link opens nothing again once the moment of retries is over.
func TestTwoWhoShareABrowser(t *testing.T) {
	h := newHouse(t, nil)
	now := time.Now()
	h.accounts.Now = func() time.Time { return now }
	links := h.convener(t, "Ada").post("/convene", harbour("own", "mediator")...).want(t, 200).links(h.browser(t))
	b := h.browser(t)
	b.post(links[0]+"/accept", "name", "Bea", "key", "k1").want(t, 200)
	b.get("/me").want(t, 200, "Bea", "Head of delegation, The city")
	b.post("/sign-out").want(t, 200)
	b.post(links[1]+"/accept", "name", "Cid", "key", "k2").want(t, 200)
	if me := b.get("/me").want(t, 200, "Cid"); strings.Contains(me.body, "Bea") || strings.Contains(me.body, "The city") {
		t.Error("the second in a browser sits in the seat of the first")
	}
	b.post("/sign-out").want(t, 200)
	now = now.Add(11 * time.Minute)
	b.post(links[0]+"/accept", "name", "Bea", "key", "k3").want(t, 410)
	b.get("/me").want(t, 403)
}

// TestOnlyTheSenderRenews: the convener gets no new link for an invitation of a head's or of the mediator's.
func TestOnlyTheSenderRenews(t *testing.T) {
	v := &visit{view: &conference.View{Viewer: conference.Viewer{Person: "convener", Convener: true}}}
	v.person.ID = "convener"
	i := &conference.Invitation{Invited: conference.Invited{Invitation: "i", Role: portsmouth.Mediator}, By: "mediator"}
	if v.mayRenew(i) {
		t.Error("the convener may have a new link for the mediator's invitation")
	}
	i.By = "convener"
	if !v.mayRenew(i) {
		t.Error("whoever sent an invitation may not renew it")
	}
}
