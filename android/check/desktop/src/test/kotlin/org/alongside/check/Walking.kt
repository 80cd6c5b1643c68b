// What every walk by ear begins with: a phone that was begun, a post box that was set, two people who met.
// Invariant: all of it is done by touching what a screen reader says.
package org.alongside.check

import androidx.compose.ui.test.junit4.createComposeRule
import org.alongside.ui.AppModel
import org.alongside.ui.platform.Camera
import org.alongside.ui.platform.Clipboard
import org.alongside.ui.platform.Notices
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule

abstract class Walking {
    @get:Rule(order = 0) val town = TownOfTwo()
    @get:Rule(order = 1) val rule = createComposeRule()
    protected lateinit var ear: Listener

    @Before fun `ears are open`() {
        ear = Listener(rule)
    }

    protected fun begin(name: String, camera: Camera? = null, notices: Notices? = null, clipboard: Clipboard? = null): AppModel {
        val app = town.app(name, camera, notices, clipboard)
        ear.takeUp(app)
        ear.isAt("Your planner")
        ear.type("A name for you. Any name will do. You can leave it out.", name)
        ear.touch("Start")
        ear.isAt("A new routine")
        ear.touch("Back")
        ear.isAt("Today")
        return app
    }

    protected fun postBox() {
        ear.touch("Settings")
        ear.isAt("Settings")
        ear.touch("Post box, No post box yet.")
        ear.isAt("Post box")
        ear.type("Its address", town.relay.url)
        ear.touch("Use this post box")
        ear.isAt("Settings")
        ear.touch("Back")
        ear.isAt("Today")
    }

    protected fun routine(name: String) {
        ear.touch("Today")
        ear.isAt("Today")
        ear.touch("Add a routine")
        ear.isAt("A new routine")
        ear.type("What is it called?", name)
        ear.touch("Add it")
        ear.isAt("Today")
        ear.hears("Done: $name")
    }

    /** Waits for these words, while post goes round. */
    protected fun untilPostBrings(text: String) = ear.await("the words '$text' by post") {
        town.post()
        ear.everything().any { text in it }
    }

    /** The two meet by 24 words and the four words; both have the other's page in view after it. */
    protected fun meet(one: AppModel, other: AppModel, oneCalled: String, otherCalled: String, official: Boolean = false) {
        untilFourWords(one, other, oneCalled, otherCalled, official)
        ear.touch("They are the same")
        ear.isAt(oneCalled)
        ear.takeUp(one)
        ear.touch("They are the same")
        ear.isAt(otherCalled)
        repeat(2) { town.post() }
    }

    /** The same up to the four words, which the other one has in view. */
    protected fun untilFourWords(one: AppModel, other: AppModel, oneCalled: String, otherCalled: String, official: Boolean = false) {
        ear.takeUp(one)
        ear.touch("People")
        ear.isAt("My people")
        ear.touch("Invite someone")
        ear.isAt("Invite someone")
        ear.hears("Is it okay for you two to be in touch?")
        ear.type("What do you call them?", otherCalled)
        ear.touch("Mentor")
        if (official) {
            ear.touch("They come as part of their job, They may have to write things down.")
            ear.hears("They may have to write down or act on what you show.")
        }
        ear.touch("Make a code")
        ear.isAt("You and $otherCalled")
        ear.hears("Your code as a picture")
        val code = ear.everything().first { it.split(' ').size == 24 }

        ear.takeUp(other)
        ear.touch("People")
        ear.isAt("My people")
        ear.touch("I have a code")
        ear.isAt("I have a code")
        ear.type("The code. You can paste it or type the 24 words.", code)
        ear.touch("Look who asks")
        // Who looks at the page of an invite meets the post box by that.
        ear.hears("$oneCalled asks to be in touch with you.")
        ear.hears("If you say yes, you can send cards to each other. $oneCalled sees nothing else of you.")
        assertTrue("their own name stands there first", ear.fieldText("What do you call them?") == oneCalled)
        ear.touch("Yes, be in touch")
        ear.hears("The four words are on their way.")
        ear.takeUp(one)
        val mine = fourWords()
        ear.takeUp(other)
        assertTrue("the same words on both", mine == fourWords())
    }

    protected fun fourWords(): List<String> {
        untilPostBrings("Say these words")
        return ear.everything().filter { Regex("""^[a-z]+$""").matches(it) }
    }
}
