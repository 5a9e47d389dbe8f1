package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/account"
	"portsmouth/internal/venue"
)

// Comments of the public. Who is signed in here comments in their own name; of anybody else the browser keeps a secret by
// which they find their comment and its answer again. That is no account: it opens nothing.

// The pace of people without an account: from one address, and in all on one conference, so that no crowd of addresses
// buries the table in comments. Who is signed in has the limit of the rules only.
const (
	guestsPerSecond, guestsAtOnce     = 1.0 / 300, 10
	crowdPerSecond, crowdAtOnce       = 1.0 / 60, 100
	commentNameLetters, commentLength = 200, 2000
)

// commentRoutes are what is not among the actions.
func (s *site) commentRoutes() []route {
	return []route{
		{http.MethodPost, "/c/{id}/submit-comment", Viewer, s.submitComment},
		{http.MethodGet, "/c/{id}/comments", Seat, s.show(commentsPage)},
	}
}

func commentActions() []action {
	return []action{{"answer-comment", commentsPage, "comments", "comments", Seat}}
}

var commentCommands = map[string]commandFrom{
	"answer-comment": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.AnswerComment{Comment: f.Get("comment"), Answer: f.Get("answer"), Text: f.prose("text")}, nil
	},
}

// submitComment takes a comment, from whoever may see that there is a conference.
func (s *site) submitComment(v *visit) error {
	sent := v.fields()
	err := s.takeComment(v, conference.SubmitComment{Name: sent.prose("name"), Text: sent.prose("text")})
	if err == nil {
		return v.redirect(v.page.path("public") + "#comments")
	}
	if !mendable(err) && portsmouth.KindOf(err) != portsmouth.TooMany {
		return err
	}
	return s.showPublic(v, sheetOf(v).again(sent, v.page.problem(err)))
}

// takeComment sends a comment. The same words sent twice by one person are one comment: there is nothing else to tell a
// second click from, since the page is the same for all.
func (s *site) takeComment(v *visit, c conference.SubmitComment) error {
	if err := v.view.May(c.Verb()); err != nil {
		return err
	}
	if !commentsTaken(v.view.Public()) {
		return portsmouth.Refuse("publicity-comments", "this conference takes no comments of the public")
	}
	who := v.person.ID
	if who == "" {
		if err := s.paceGuest(v, c); err != nil {
			return err
		}
		who = commenterID(s.guestSecret(v))
	}
	sum := sha256.Sum256([]byte(c.Name + "\n" + c.Text))
	_, err := s.Venue.Do(v.r.Context(), venue.Request{
		Conference: v.path("id"), Person: who, Command: c, Key: "comment " + hex.EncodeToString(sum[:16]), Seen: -1,
	})
	return err
}

// paceGuest slows down who has no account. What would be refused costs its sender a turn, and not everybody else.
func (s *site) paceGuest(v *visit, c conference.SubmitComment) error {
	if err := s.guests.Wait(v.r.Context(), addressKey(v.r)); err != nil {
		return err
	}
	if err := c.Check(); err != nil {
		return err
	}
	return s.crowd.Wait(v.r.Context(), v.path("id"))
}

// commenterID is who comments from a browser with a secret on which nobody is signed in. It is nobody's account: not even
// that of whoever took a seat with the same browser.
func commenterID(secret string) string { return account.GuestID("comments\n" + secret) }

// commentsTaken reports whether the public may comment, as far as the public knows.
func commentsTaken(b *conference.PublicView) bool {
	return b.Rules != nil && b.Rules.Publicity.Comments && b.Ended == nil
}

// ownComments are those that the reader has made, newest first.
func (s *site) ownComments(v *visit) ([]*conference.Comment, error) {
	who, view := v.person.ID, v.view
	if secret := s.cookie(v.r, guestCookie); who == "" && secret != "" {
		who = commenterID(secret)
		var err error
		if view, err = s.Venue.Look(v.r.Context(), v.path("id"), who); err != nil {
			return nil, err
		}
	}
	var own []*conference.Comment
	for _, c := range view.Comments {
		if c.By == who && who != "" {
			own = append(own, c)
		}
	}
	slices.Reverse(own)
	return own, nil
}

// mayComment reports whether the page offers the form.
func (s *sheet) mayComment(b *conference.PublicView) bool {
	return commentsTaken(b) && s.may("submit-comment") && len(s.own) < conference.MaxComments
}

// commentName is the name that the form begins with.
func (s *sheet) commentName() string {
	if len(s.own) > 0 {
		return s.own[0].Name
	}
	return s.Person.Name
}

// commentsHere reports whether comments have a place on this conference's pages.
func (p *Page) commentsHere() bool {
	v := p.View
	return len(v.Comments) > 0 || v.Rules != nil && v.Rules.Publicity.Listed && v.Rules.Publicity.Comments
}

// openComments counts those that wait for an answer, as far as the reader sees them.
func (p *Page) openComments() int {
	n := 0
	for _, c := range p.View.Comments {
		if c.Answered == nil {
			n++
		}
	}
	return n
}

// commentsInOrder are those that wait, oldest first, then those that were answered, newest first.
func (s *sheet) commentsInOrder() []*conference.Comment {
	var waiting, answered []*conference.Comment
	for _, c := range s.View.Comments {
		if c.Answered == nil {
			waiting = append(waiting, c)
		} else {
			answered = append(answered, c)
		}
	}
	slices.Reverse(answered)
	return append(waiting, answered...)
}

// commentAnswers are what can become of a comment, in words.
func (s *sheet) commentAnswers() [][2]string {
	var list [][2]string
	for _, a := range conference.CommentAnswers {
		list = append(list, [2]string{a, s.T("comment.answer-" + a)})
	}
	return list
}

// answerBadge is the kind of badge for what became of a comment.
func answerBadge(answer string) string {
	if answer == conference.TakenUp {
		return "agreed"
	}
	return ""
}
