"""A Flask app without a word of hotreload in it.

hotreload run -- flask run --debug
"""

from flask import Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

app = Flask(__name__)

notes = ["Edit templates/notes.html while you type a note."]


@app.get("/")
def home() -> str:
    return render_template("home.html", notes=notes)


@app.post("/notes")
def add() -> Response:
    notes.append(request.form["text"])
    return redirect(url_for("home"))


@app.get("/about")
def about() -> str:
    return render_template("about.html")
