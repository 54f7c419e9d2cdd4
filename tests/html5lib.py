"""Documents that others wrote to test parsers, and some of ours for what is newer than those."""

from tests.packages import node_modules

# An early release of parse5 brings the trees of html5lib-tests along, all but the newest.
FOLDER = "html5lib-trees/test/data/tree-construction"

NOSCRIPT = [
    "<noscript>{}</noscript>",
    "<head><noscript>{}</noscript><title>t</title></head><p>x",
    "<head></head><noscript>{}</noscript><p>x",
    "<body><p>a<noscript>{}</noscript>b",
    "<table><noscript>{}</noscript><tr><td><noscript>{}</noscript></table>",
    "<template><noscript>{}</noscript></template>",
    "<svg><noscript>{}</noscript></svg>",
    "<select><noscript>{}</noscript><option>a</select>",
    "<!-- <noscript> --><noscript>{}</noscript><!-- </noscript> -->",
    "<p title='<noscript>'>a</p><noscript title='>'>{}</noscript>",
    "<textarea><noscript></textarea><title><noscript></title><noscript>{}</noscript>",
    "<style>/*<noscript>*/</style><script type=x>'<noscript>'</script><noscript>{}</noscript>",
    "<NOSCRIPT CLASS=a>{}</NoScript ><i>b",
    "<noscript>{}",
    "<noscript/>{}</noscript>",
    "<frameset><noscript>{}</noscript></frameset>",
]
IN_NOSCRIPT = ["<p>x", "<style>a</style>", "a &amp; b", "<img alt='</noscripts>'>", "<!--x-->", ""]
OURS = [
    "<?foo bar?><!doctype html><?a b?><p>x<?c d>y",
    "<!doctype html><!--a--><html><!--b--><head><!--c--></head><!--d--><body>x</body><!--e-->",
    "<template><tr><td>a</template><table><template><tr></template></table>",
    "<div><template shadowrootmode=open><p>a</p><slot></slot></template>b</div>",
    "<p><template shadowrootmode=open shadowrootdelegatesfocus>a</template>b",
    "<ul><template shadowrootmode=open>a</template></ul>",
    "<select><div>a</div><button><i>b</i></button><option><b>c</b><hr><optgroup><option>d</select>",
    "<select><button><selectedcontent></selectedcontent></button><option>a<option selected>c",
    "<search><menu><li>a<dialog open>b</dialog></menu></search><main><hgroup><h1>c",
    "<svg><foreignObject><p>a<title>b</title></foreignObject><title><p>c</title></svg>",
    "<math><annotation-xml encoding=text/html><p>a</annotation-xml><mi><b>c</b></mi></math>",
    "<p is=a-b>a<x-y z='1' @click='c' :d='e'>f</x-y>",
    "<b><p>a</b>c</p><a>1<a>2</a><table><a>3</table>",
    "<div popover=hint>a</div><button command=--x commandfor=y>b</button><details name=c>d",
    "<pre>\n\na</pre><textarea>\n\nb</textarea><listing>\nc</listing>",
    "\ufeff<p>a\r\nb\rc\0d&#0;&#x80;&notit;&notin;&amp",
    "<html lang=a><body class=b><html lang=c dir=ltr><body class=d id=e>f",
    "<image src=a><isindex><keygen>a<marquee>b<nobr>c<nobr>d",
]


def documents() -> list[str]:
    """Every document, those of html5lib first; fragments are left out.

    Raises:
        RuntimeError: npm could not install the package.
    """
    found: list[str] = []
    for path in sorted((node_modules() / FOLDER).glob("*.dat")):
        for case in path.read_text("utf-8").split("\n\n#data\n"):
            data, _, rest = case.removeprefix("#data\n").partition("\n#errors")
            if "#document-fragment" not in rest and "#script-on" not in rest:
                found.append(data)
    noscript = [shape.replace("{}", text) for shape in NOSCRIPT for text in IN_NOSCRIPT]
    return list(dict.fromkeys([*found, *noscript, *OURS]))
