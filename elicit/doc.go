// Package elicit turns what a party answers about its wants into the set of preferences that the answers allow, and says
// what is best asked next.
//
// A party's answers (Answers) are stored one by one, in private, and can be changed or withdrawn; Think computes a Mind from
// them. A Mind holds a sample of the preferences that agree with the orders given and, allowing for one slip in ten
// answers, with the bars, choices and prices: uniform before anything is said, and weighed by Bayes' rule after it. Ranges,
// not points, are what is kept; Mean is one point of them that a mediator can compute with.
//
// Questions are chosen by what their answer is expected to be worth for the package that will be recommended (Raiffa &
// Schlaifer 1961), against others drawn from a public prior. Nothing here takes another party's answers, so nothing that is
// asked can depend on them.
//
// Preferences are additive here: interactions between issues are not asked for. The words in which things are asked belong
// to the screens.
package elicit
