import svg from './plan.dot';

const figure = document.querySelector('figure');
figure.innerHTML = svg;

import.meta.hot?.accept('./plan.dot', (plan) => { figure.innerHTML = plan.default; });
