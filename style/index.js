/** What the bundler takes the styles from. */
import './index.css';
