package web

import (
	"net/http"
	"net/http/cookiejar"
	"testing"

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
