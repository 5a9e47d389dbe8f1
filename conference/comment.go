package conference

import (
	"slices"
	"strings"
	"time"

	"portsmouth"
)

// Comments of the public: where the rules allow them, anybody without a seat can say something to the table, and gets an
// answer. All at the table see a comment alike; the public sees it with its answer.

// What can become of a comment.
const (
	TakenUp    = "taken-up"
	Answered   = "answered"
	NotTakenUp = "not-taken-up"
)

// CommentAnswers lists what can become of a comment.
var CommentAnswers = []string{TakenUp, Answered, NotTakenUp}

// Limits of comments.
const (
	MaxComments = 5    // of one person
	maxComment  = 2000 // bytes, of a comment and of an answer
)

// SubmitComment says something to the table, as one of the public.
type SubmitComment struct {
	Name string `json:"name"` // under which the comment will be published
	Text string `json:"text"`
}

// AnswerComment says what became of it.
type AnswerComment struct {
	Comment string `json:"comment"`
	Answer  string `json:"answer"` // one of CommentAnswers
	Text    string `json:"text,omitempty"`
}

// CommentSubmitted is a comment.
type CommentSubmitted struct {
	Comment string `json:"comment"`
	Name    string `json:"name"`
	Text    string `json:"text"`
}

// CommentAnswered is its answer.
type CommentAnswered struct {
	Comment string `json:"comment"`
	Answer  string `json:"answer"`
	Text    string `json:"text,omitempty"`
}

// Comment is a comment and what became of it.
type Comment struct {
	CommentSubmitted
	By       string // person id
	At       time.Time
	Answered *CommentAnswered // nil while it waits
}

// PublicComment is a comment with its answer, as everybody sees it.
type PublicComment struct {
	Name   string `json:"name"`
	Text   string `json:"text"`
	Answer string `json:"answer"`
	Reply  string `json:"reply,omitempty"`
}

// submitComment: whoever comments sees the notice and not the rules, nor how far the conference has come.
func (d *deciding) submitComment(c SubmitComment) error {
	if p := d.public(); p.Rules == nil || !p.Rules.Publicity.Comments || p.Ended != nil {
		return portsmouth.Refuse("publicity-comments", "this conference takes no comments of the public")
	}
	if err := c.Check(); err != nil {
		return err
	}
	own := 0
	for _, x := range d.Comments {
		if x.By == d.meta.By {
			own++
		}
	}
	if own >= MaxComments {
		return portsmouth.Refuse("comments-many", "you have made %d comments on this conference; nobody can make more", MaxComments)
	}
	d.emit(ToComment(d.meta.By), CommentSubmitted{
		Comment: d.meta.ID, Name: strings.TrimSpace(c.Name), Text: c.Text,
	})
	return nil
}

// Check reports what can be seen of a comment alone that it must not be: anybody can ask before they trouble a conference with it.
func (c SubmitComment) Check() error {
	if err := line("your name", c.Name); err != nil {
		return err
	}
	return brief("the comment", c.Text, true)
}

// brief checks a comment or its answer.
func brief(what, text string, needed bool) error {
	if len(text) > maxComment {
		return portsmouth.Invalidf("comment-size", "%s is longer than %d characters", what, maxComment)
	}
	return prose(what, text, needed)
}

func (d *deciding) answerComment(c AnswerComment) error {
	x := d.comment(c.Comment)
	if x == nil {
		return portsmouth.Invalidf("comment-exists", "there is no such comment")
	}
	if x.Answered != nil {
		return portsmouth.Refuse("comment-once", "this comment has been answered")
	}
	if !slices.Contains(CommentAnswers, c.Answer) {
		return portsmouth.Invalidf("comment-answer", "say what became of it: %s", strings.Join(CommentAnswers, ", "))
	}
	if err := brief("the answer", c.Text, c.Answer == Answered); err != nil {
		return err
	}
	d.emit(ToComment(x.By), CommentAnswered(c))
	return nil
}

func (s *State) comment(id string) *Comment {
	return find(s.Comments, func(c *Comment) bool { return c.Comment == id })
}

func (s *State) applyComment(e Event) {
	switch b := e.Body.(type) {
	case CommentSubmitted:
		s.Comments = append(s.Comments, &Comment{CommentSubmitted: b, By: e.By, At: e.At})
	case CommentAnswered:
		if c := s.comment(b.Comment); c != nil {
			c.Answered = &b
		}
	}
}

// publishComment publishes a comment with its answer.
func (s *State) publishComment(id string) []Published {
	c := s.comment(id)
	if c == nil || c.Answered == nil || !s.Rules.Publicity.Comments {
		return nil
	}
	return s.listed(Published{Item: "comment", Comment: &PublicComment{
		Name: c.Name, Text: c.Text, Answer: c.Answered.Answer, Reply: c.Answered.Text,
	}})
}
